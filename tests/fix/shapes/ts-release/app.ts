import { App } from 'aws-cdk-lib';
import { Platform, ShopStack } from './lib/platform';
import { CURRENT } from './lib/release';

const app = new App();
const stack = new ShopStack(app, 'Shop');
new Platform(stack, 'Platform', CURRENT);
app.synth();
