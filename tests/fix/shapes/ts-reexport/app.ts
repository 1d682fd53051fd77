import { App } from 'aws-cdk-lib';
import { ShopStack } from './lib';

const app = new App();
new ShopStack(app, 'Shop');
app.synth();
