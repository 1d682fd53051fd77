#!/usr/bin/env node
const { KubectlV24Layer } = require("@aws-cdk/lambda-layer-kubectl-v24")
const { App, Stack } = require("aws-cdk-lib")
const { Cluster, KubernetesVersion } = require("aws-cdk-lib/aws-eks")

class ShopStack extends Stack {
	constructor(scope, id) {
		super(scope, id)
		new Cluster(this, "Cluster", { version: KubernetesVersion.V1_36, kubectlLayer: new KubectlV24Layer(this, "Kubectl"), defaultCapacity: 0 }).addManifest("Settings", { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "settings", namespace: "default" } })
	}
}

const app = new App()
new ShopStack(app, "Shop")
app.synth()
