"""The authors' inbox: doubts about questions and questions about lessons, what is decided and replied."""
