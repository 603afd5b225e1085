import unittest

import desk


class DeskTest(unittest.TestCase):
    def test_there_is_a_desk(self):
        self.assertTrue(hasattr(desk.Desk, "do_GET"))
