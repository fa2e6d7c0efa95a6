"""Plans which systems move onto a shared platform, when and how."""
