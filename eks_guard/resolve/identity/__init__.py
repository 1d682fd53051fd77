"""Who may take which role: trust policies, permissions, OIDC providers, access to clusters."""
