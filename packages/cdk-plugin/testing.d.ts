import type { EksGuardOptions } from './index';

/** What `assertPasses` takes: the options of the plugin, and whether a subject without a cluster fails. */
export interface AssertOptions extends EksGuardOptions {
  /** Whether a subject without any EKS cluster fails, because nothing was judged. @default true */
  readonly requireCluster?: boolean;
}

/** An `App` or a `Stage` of aws-cdk-lib, a `Template` of its assertions, or the path of a cdk.out. */
export type Subject = string | { synth(): { readonly directory: string } } | { toJSON(): object };

/** Throws an AssertionError with the report if eks-guard fails the subject. */
export declare function assertPasses(subject: Subject, options?: AssertOptions): void;
