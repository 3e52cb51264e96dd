"""What changes staff: logins given and taken away, sign-ins noted, passwords and second factors."""
