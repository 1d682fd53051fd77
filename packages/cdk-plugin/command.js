'use strict';
// The eks-guard command: how it is found, and its options by their names in JavaScript.
const { spawnSync } = require('node:child_process');

/** What the command printed, and how it ended. */
function run(args, options) {
  const [command, ...before] = [options.command || process.env.EKS_GUARD || 'eks-guard'].flat();
  const { error, ...done } = spawnSync(command, [...before, ...args], { encoding: 'utf8', maxBuffer: Infinity });
  if (error?.code === 'ENOENT') {
    throw new Error(
      `found no command ${command}; run \`pip install eks-guard\`, or name it with the option command or in EKS_GUARD`,
    );
  }
  if (error) throw error;
  return { ...done, command };
}

function flags({ packs = [], policies = [], config, failOn, strict, today, against }) {
  return [
    ...packs.flatMap((pack) => ['--pack', pack]),
    ...policies.flatMap((path) => ['--policy', path]),
    ...(config ? ['--config', config] : []),
    ...(failOn ? ['--fail-on', failOn] : []),
    ...(strict ? ['--strict'] : []),
    ...(today ? ['--today', today] : []),
    ...(against ? ['--against', against] : []),
  ];
}

module.exports = { flags, run };
