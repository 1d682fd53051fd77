export * from './shop-stack';
