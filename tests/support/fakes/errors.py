"""What AWS answers when it refuses."""


class AwsError(Exception):
    def __init__(self, code, message):
        super().__init__(code)
        self.code = code
        self.message = message
