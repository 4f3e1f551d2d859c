"""What the service did in a period: facts kept per event and group, figures, tables and saved questions."""
