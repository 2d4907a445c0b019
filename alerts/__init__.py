"""What deserves action: flags routed to the force whose water or land it is."""
