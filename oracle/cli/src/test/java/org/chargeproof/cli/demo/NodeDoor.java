package org.chargeproof.cli.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.chargeproof.ledger.Pause;

/** The port of a node whose chain goes on behind it: open, without an answer, or closed as that of a node that was killed. */
final class NodeDoor implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 14;

    private final InetSocketAddress node;
    private final int port;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private ServerSocket server;
    private volatile boolean hangs;

    NodeDoor(String url) {
        node = new InetSocketAddress(
                InetAddress.getLoopbackAddress(), URI.create(url).getPort());
        server = listen(0);
        port = server.getLocalPort();
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    /** Takes what is sent, and nothing comes back. */
    void hang() {
        hangs = true;
    }

    /** As when the node's process ends. */
    @Override
    public void close() {
        hangs = false;
        close(server);
        sockets.forEach(NodeDoor::close);
    }

    /** As when it has started again. */
    void open() {
        server = listen(port);
    }

    private ServerSocket listen(int at) {
        try {
            var listening = new ServerSocket();
            listening.setReuseAddress(true);
            listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), at));
            Thread.ofVirtual().start(() -> accept(listening));
            return listening;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept(ServerSocket listening) {
        try {
            while (true) {
                Socket caller = listening.accept();
                sockets.add(caller);
                var behind = new Socket();
                sockets.add(behind);
                behind.connect(node);
                Thread.ofVirtual().start(() -> pass(caller, behind));
                Thread.ofVirtual().start(() -> pass(behind, caller));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void pass(Socket from, Socket to) {
        try (InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            var buffer = new byte[BUFFER_BYTES];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                while (hangs) {
                    Pause.millis(10);
                }
                out.write(buffer, 0, n);
                out.flush();
            }
        } catch (IOException e) {
            // one of the two is gone
        } finally {
            close(from);
            close(to);
            sockets.remove(from);
            sockets.remove(to);
        }
    }

    private static void close(AutoCloseable closed) {
        try {
            closed.close();
        } catch (Exception e) {
            // it is closed
        }
    }
}
