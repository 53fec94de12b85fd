"""Policies: a contract, a network and what turns observations into its inputs and actions back."""
