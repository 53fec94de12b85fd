"""Interface definitions from files and from the rosbags store, and their type hashes."""
