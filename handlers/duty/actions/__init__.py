"""What duty writes: alarms and the calls of their chain, the roster, what one shift hands over to the next."""
