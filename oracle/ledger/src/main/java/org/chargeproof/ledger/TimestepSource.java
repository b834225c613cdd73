package org.chargeproof.ledger;

import java.util.List;
import org.chargeproof.protocol.time.BlockHeader;
import org.chargeproof.protocol.time.TimestepEvent;

/** Where timestep events come from: derived from headers, or told by the plugin in the operator's own node. */
public interface TimestepSource {
    /**
     * The events that are new up to a block, in order of their sequence numbers, each exactly once.
     *
     * @param head block up to which to look; never before that of an earlier call
     */
    List<TimestepEvent> until(BlockHeader head);
}
