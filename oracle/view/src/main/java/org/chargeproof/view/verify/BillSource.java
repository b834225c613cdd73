package org.chargeproof.view.verify;

import org.chargeproof.protocol.bill.Settlement;
import org.jspecify.annotations.Nullable;

/** From whom a view has its own bills. */
@FunctionalInterface
public interface BillSource {
    /**
     * What somebody in this process has computed from the same chain already, so that it need not be computed again; null when
     * nobody has. May read files.
     *
     * @param timestep of a settlement that has begun
     */
    @Nullable
    Settlement computed(int timestep);

    /** Computed by the view itself, when somebody asks. */
    static BillSource computingWhenAsked() {
        return timestep -> null;
    }
}
