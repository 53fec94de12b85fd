"""Starting, reading and ending of processes; not part of ROS 2's `launch`."""
