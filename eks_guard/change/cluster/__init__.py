"""What becomes of a cluster that CDK's handler looks after."""
