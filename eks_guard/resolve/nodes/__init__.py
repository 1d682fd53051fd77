"""What pods run on: node groups, groups of instances, Fargate profiles."""
