/* The limit: one frame, built once, handed to send() for every socket of the room. Nothing a server adds can be cheaper.

   limit PORT BYTES: accepts one control connection and obeys its bytes: '+' accepts one more receiver; '!' sends every
   receiver one text frame (RFC 6455 5.2, unmasked) of BYTES bytes with a running "mark-%06u". */
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <netinet/tcp.h>
#include <unistd.h>

enum { MOST = 4096 };

static void fail(const char *what) { perror(what); exit(1); }

static int listen_on(int port) {
    int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, (struct sockaddr *)&at, sizeof at) || listen(fd, 4096)) fail("listen");
    return fd;
}

static int accept_one(int listener) {
    int fd = accept(listener, NULL, NULL), on = 1;
    if (fd < 0) fail("accept");
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fd;
}

static void send_all(int fd, const char *data, size_t size) {
    while (size) {
        ssize_t sent = send(fd, data, size, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent < 0 && errno == EAGAIN) {          /* a full buffer: wait for this reader; only a flood gets here */
            struct pollfd room = {.fd = fd, .events = POLLOUT};
            poll(&room, 1, 1000);
            continue;
        }
        if (sent < 0) fail("send");
        data += sent, size -= (size_t)sent;
    }
}

int main(int argc, char **argv) {
    if (argc != 3) return fprintf(stderr, "usage: limit PORT BYTES\n"), 2;
    int listener = listen_on(atoi(argv[1])), bytes = atoi(argv[2]), sockets = 0, fds[MOST];
    int control = accept_one(listener);
    char *frame = malloc((size_t)bytes + 5), orders[4096];
    frame[0] = (char)0x81, frame[1] = 126, frame[2] = (char)(bytes >> 8), frame[3] = (char)(bytes & 255);
    memset(frame + 4, ' ', (size_t)bytes);
    unsigned mark = 0;
    for (ssize_t count; (count = read(control, orders, sizeof orders)) > 0;)
        for (ssize_t at = 0; at < count; at++) {
            if (orders[at] == '+') {
                if (sockets == MOST) return 1;
                fds[sockets++] = accept_one(listener);
                continue;
            }
            int text = snprintf(frame + 4, (size_t)bytes, "mark-%06u", ++mark);
            frame[4 + text] = ' ';
            for (int i = 0; i < sockets; i++) send_all(fds[i], frame, (size_t)bytes + 4);
        }
    return 0;
}
