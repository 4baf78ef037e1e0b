"""The command line across a socket: people ask, the service's own user opens the books, and neither opens the other's files.

On a shared machine the books belong to a user of their own. What a clerk types goes to the service with open descriptors
(terminal, files to read); a child process for each request carries it out; what it wrote comes back as descriptors.

``reaching`` whether a command goes to a service, and which do · ``messages`` what passes over the socket ·
``named_files`` which words of a command name files · ``client`` the caller's side · ``server`` the service: who may come,
how many at once · ``request_process`` one request beside its child · ``__main__`` the child itself.
"""
