"""Message, service and action classes that behave as rosidl's Python ones."""
