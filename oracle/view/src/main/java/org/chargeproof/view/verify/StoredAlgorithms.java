package org.chargeproof.view.verify;

import java.util.HashMap;
import java.util.List;
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
    private final Map<Bytes32, PlanningAlgorithm> loadedApart = new HashMap<>();
    /** Who follows the chain does not wait for who loads a program. */
    private final Object loading = new Object();

    synchronized void onChunk(Bytes32 algorithm, int operator, int index, Supplier<Bytes> chunk) {
        bytes.add(algorithm, operator, index, chunk);
    }

    synchronized void onActivated(Bytes32 algorithm) {
        bytes.keep(algorithm);
    }

    /** @throws RuntimeException of who gives the bytes, who may be asked again */
    PlanningAlgorithm load(Bytes32 id) throws UnusableException {
        return load(id, loaded, THREADS);
    }

    /** As {@link #load}, with a thread of its own. */
    PlanningAlgorithm loadApart(Bytes32 id) throws UnusableException {
        return load(id, loadedApart, 1);
    }

    private PlanningAlgorithm load(Bytes32 id, Map<Bytes32, PlanningAlgorithm> into, int threads)
            throws UnusableException {
        synchronized (loading) {
            var known = into.get(id);
            if (known != null) {
                return known;
            }
            byte[] jar;
            try {
                jar = AlgorithmBytes.jar(id, uploads(id));
            } catch (IllegalArgumentException e) {
                throw new UnusableException(e);
            }
            try {
                var algorithm = JarAlgorithm.load(id, jar, threads);
                into.put(id, algorithm);
                return algorithm;
            } catch (RuntimeException e) {
                throw new UnusableException(e);
            }
        }
    }

    private synchronized List<List<Supplier<Bytes>>> uploads(Bytes32 id) {
        return bytes.uploads(id);
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
