"""Messages to send: rows written in the transaction of what they tell, sent after it; knows no other domain."""
