"""What a real client was told of its calls and goals, ours is told of the same ones."""

from __future__ import annotations

from example_interfaces.action import Fibonacci
from rclpy.action import ActionClient


def test_goals_go_as_they_went_for_the_recorded_client(ros, other, wire, make_server):
    log = [each for each in wire['client_log'] if each['who'] == 'client']
    goals = [each for each in log if each['step'] == 'send_goal']
    accepted = [each['accepted'] for each in log if each['step'] == 'goal response']
    results = iter(each for each in log if each['step'] == 'result')
    (cancelled,) = (each['r'] for each in log if each['step'] == 'cancel response')
    (too_late,) = (each['r'] for each in log if each['step'] == 'cancel of terminated goal')
    make_server()
    client = ActionClient(other.node('listener'), Fibonacci, 'fibonacci')
    # Both are spun by one thread here.
    both = Both(ros, other)
    assert both.until(client.server_is_ready)
    handle = None
    for sent, was_accepted in zip(goals, accepted, strict=True):
        heard = []
        handle = both.result(
            client.send_goal_async(
                Fibonacci.Goal(order=sent['order']),
                feedback_callback=lambda message, heard=heard: heard.append(
                    list(message.feedback.sequence)
                ),
            )
        )
        assert handle.accepted == was_accepted
        if not was_accepted:
            assert handle.stamp.sec == 0
            continue
        outcome = handle.get_result_async()
        real = next(results)
        assert both.until(lambda heard=heard, real=real: heard == real['feedbacks'])
        if sent['label'] == 'cancel':
            reply = both.result(handle.cancel_goal_async())
            assert reply.return_code == cancelled['return_code']
            assert len(reply.goals_canceling) == len(cancelled['goals_canceling'])
        told = both.result(outcome)
        assert (told.status, list(told.result.sequence)) == (real['status'], real['result'])
        assert both.until(lambda handle=handle, real=real: handle.status == real['gh_status'])
    reply = both.result(handle.cancel_goal_async())
    assert (reply.return_code, reply.goals_canceling) == (too_late['return_code'], [])
    assert next(results, None) is None


class Both:
    """Spins two contexts in turn."""

    def __init__(self, *contexts):
        self._contexts = contexts

    def until(self, condition):
        return self._contexts[0].until(lambda: self._spin_others() or condition())

    def _spin_others(self):
        for each in self._contexts[1:]:
            each.executor.spin_once(timeout_sec=0)

    def result(self, future):
        assert self.until(future.done)
        return future.result()
