package org.chargeproof.oracle;

import java.util.function.LongFunction;
import org.chargeproof.ledger.HeaderTimestepSource;
import org.chargeproof.ledger.LedgerException;
import org.chargeproof.ledger.Network;
import org.chargeproof.ledger.NodeBlockSource;
import org.chargeproof.ledger.PluginTimestepSource;
import org.chargeproof.ledger.TimestepSource;
import org.chargeproof.protocol.time.TimestepClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where an oracle takes timestep events from. */
public enum EventSource {
    /** From the plugin when the node has one that follows the same network, else from headers. */
    AUTO,
    /** From the plugin, or not at all. */
    PLUGIN,
    /** Derived from block headers. */
    HEADERS;

    private static final Logger LOG = LoggerFactory.getLogger(EventSource.class);

    /**
     * Events from the gate before a timestep on. The plugin comes first where there is one: it has seen every block, and tells what
     * the whole network sees.
     *
     * @throws LedgerException when only the plugin would do, and is not there
     */
    TimestepSource open(Network network, NodeBlockSource blocks, int timestep) {
        var parameters = network.parameters();
        LongFunction<TimestepSource> headersFrom = sequence -> HeaderTimestepSource.fromMoment(
                blocks,
                parameters,
                network.firstTimestep(),
                network.deployedAtBlock(),
                TimestepClock.momentOf(sequence, parameters, network.firstTimestep()));
        long from = Math.max(0, TimestepClock.sequenceAtStart(timestep, network.firstTimestep()) - 1);
        if (this != HEADERS) {
            var problem = PluginTimestepSource.unusable(network.client(), network.address());
            if (problem.isEmpty()) {
                LOG.info("timestep events come from the plugin in the node");
                return new PluginTimestepSource(network.client(), network.address(), from, headersFrom);
            }
            if (this == PLUGIN) {
                throw new LedgerException(
                        problem.get() + ". Install it, enable it, or use --events auto to derive events from headers.");
            }
            LOG.info("timestep events are derived from headers: {}", problem.get());
        }
        return headersFrom.apply(from);
    }
}
