package org.chargeproof.cli.demo.ledger;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The nodes that a demonstration runs on.
 *
 * @param rpcUrls JSON-RPC of each; the first operator's oracle reads the first, and so on
 * @param pids processes of those that were started for it, by name
 * @param outlive whether they are still there afterwards
 */
public record DemoNodes(List<String> rpcUrls, Killer killer, Supplier<Map<String, Long>> pids, boolean outlive) {
    /** Ends a node at once, as a power cut would. */
    @FunctionalInterface
    public interface Killer {
        /** Ends it. @return what was ended, for people; empty when nothing can be */
        String kill(int number);
    }

    /** One node, which stays until it is ended by others. */
    public static DemoNodes one(String rpcUrl, boolean outlive) {
        return new DemoNodes(List.of(rpcUrl), number -> "", Map::of, outlive);
    }

    /** Where the demonstration itself reads and writes. */
    public String rpcUrl() {
        return rpcUrls.getFirst();
    }

    /** The node of an operator's own oracle. */
    public String rpcUrl(int operator) {
        return rpcUrls.get(operator % rpcUrls.size());
    }
}
