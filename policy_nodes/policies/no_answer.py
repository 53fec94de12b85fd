"""What a policy raises that has nothing to propose for one step."""


class NoAnswerError(RuntimeError):
    """No answer has come in time; the message says why, and what to do where somebody can.

    Nothing is to be proposed for the step: the safety controller stops the robot when its time
    is up, and lets it go on when proposals come again.
    """
