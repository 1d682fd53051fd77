import type { App, Stack } from 'aws-cdk-lib';

export declare function good(): { app: App; stack: Stack };
export declare function bad(): { app: App; stack: Stack };
