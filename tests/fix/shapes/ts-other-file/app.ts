import { App } from 'aws-cdk-lib';
import { ShopStack } from './lib/shop-stack';
import { SHOP } from './lib/config';

const app = new App();
new ShopStack(app, 'Shop', { version: SHOP.version });
app.synth();
