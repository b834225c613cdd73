package org.chargeproof.view.verify;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.protocol.algorithm.JarAlgorithm;
import org.chargeproof.protocol.plan.PlanningAlgorithm;

/** The programs of one registry, put together from what the chain holds, verified to compute and nothing else, and loaded when they are needed. */
final class StoredAlgorithms {
    /** The node has other things to do. */
    private static final int THREADS = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);

    private final AlgorithmBytes bytes = new AlgorithmBytes();
    private final Map<Bytes32, PlanningAlgorithm> loaded = new HashMap<>();

    synchronized void onChunk(Bytes32 algorithm, int operator, int index, Supplier<Bytes> chunk) {
        bytes.add(algorithm, operator, index, chunk);
    }

    synchronized void onActivated(Bytes32 algorithm) {
        bytes.keep(algorithm);
    }

    /** @throws RuntimeException of who gives the bytes, who may be asked again */
    synchronized PlanningAlgorithm load(Bytes32 id) throws UnusableException {
        var known = loaded.get(id);
        if (known != null) {
            return known;
        }
        byte[] jar;
        try {
            jar = bytes.jar(id);
        } catch (IllegalArgumentException e) {
            throw new UnusableException(e);
        }
        try {
            var algorithm = JarAlgorithm.load(id, jar, THREADS);
            loaded.put(id, algorithm);
            return algorithm;
        } catch (RuntimeException e) {
            throw new UnusableException(e);
        }
    }

    /** The algorithm itself is to blame, for ever. */
    static final class UnusableException extends Exception {
        private static final long serialVersionUID = 1;
        private final RuntimeException reason;

        UnusableException(RuntimeException reason) {
            super(reason);
            this.reason = reason;
        }

        RuntimeException reason() {
            return reason;
        }
    }
}
