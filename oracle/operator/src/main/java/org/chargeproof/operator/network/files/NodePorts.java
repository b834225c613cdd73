package org.chargeproof.operator.network.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Where a node listens: for other nodes, JSON-RPC over HTTP and over WebSocket, and Prometheus. */
public record NodePorts(int p2p, int rpc, int ws, int metrics) {
    private static final int P2P = 30_303;
    private static final int RPC = 8_545;
    private static final int WS = 8_546;
    private static final int METRICS = 9_545;
    private static final int STEP = 10;
    private static final int PER_NODE = 4;
    private static final int MOST = 65_535;
    private static final int LEAST_FREE = 16_384;
    /** Of the systems on which Besu runs, Linux begins with the lowest, 32,768. */
    private static final int LEAST_EPHEMERAL = 32_768;

    private static final int MOST_TRIES = 10_000;

    /** Besu's own for the first node, ten more for each that follows. */
    public static NodePorts standard(int number) {
        int more = STEP * (number - 1);
        return new NodePorts(P2P + more, RPC + more, WS + more, METRICS + more);
    }

    /** Ten more than the highest of other nodes. */
    public static NodePorts after(List<NodePorts> others) {
        return new NodePorts(
                STEP + others.stream().mapToInt(NodePorts::p2p).max().orElse(P2P - STEP),
                STEP + others.stream().mapToInt(NodePorts::rpc).max().orElse(RPC - STEP),
                STEP + others.stream().mapToInt(NodePorts::ws).max().orElse(WS - STEP),
                STEP + others.stream().mapToInt(NodePorts::metrics).max().orElse(METRICS - STEP));
    }

    /**
     * Ports on loopback that nobody uses now, for so many nodes: networks started side by side do not meet. None of them is one that
     * the system gives to connections to others, which would take it before the node does.
     */
    public static List<NodePorts> free(int nodes) {
        var sockets = new ArrayList<ServerSocket>();
        try {
            var random = new Random();
            for (int tries = 0; sockets.size() < nodes * PER_NODE; tries++) {
                try {
                    // all stay open until all are found, so that none is given twice
                    sockets.add(new ServerSocket(
                            random.nextInt(LEAST_FREE, LEAST_EPHEMERAL), 1, InetAddress.getLoopbackAddress()));
                } catch (BindException e) {
                    if (tries == MOST_TRIES) {
                        throw e;
                    }
                }
            }
            var all = new ArrayList<NodePorts>();
            for (int i = 0; i < nodes; i++) {
                int first = i * PER_NODE;
                all.add(new NodePorts(
                        sockets.get(first).getLocalPort(),
                        sockets.get(first + 1).getLocalPort(),
                        sockets.get(first + 2).getLocalPort(),
                        sockets.get(first + 3).getLocalPort()));
            }
            return all;
        } catch (IOException e) {
            throw new UncheckedIOException("no free ports on loopback", e);
        } finally {
            sockets.forEach(NodePorts::close);
        }
    }

    /** Each port under the name of the line in {@code config.toml} that sets it. */
    public Map<String, Integer> byOption() {
        var ports = new LinkedHashMap<String, Integer>();
        ports.put("p2p-port", p2p);
        ports.put("rpc-http-port", rpc);
        ports.put("rpc-ws-port", ws);
        ports.put("metrics-port", metrics);
        return ports;
    }

    /** Whether all are ports, and different ones. */
    public boolean areValid() {
        var ports = byOption().values();
        return ports.stream().allMatch(p -> p > 0 && p <= MOST)
                && ports.stream().distinct().count() == ports.size();
    }

    private static void close(ServerSocket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
