"""What functions and nodes reach: routes, endpoints, gateways."""
