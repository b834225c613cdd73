package org.chargeproof.oracle;

import org.chargeproof.oracle.PhaseListener.Phase;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.web3j.protocol.core.RemoteFunctionCall;

/** Writes to one contract through the outbox, and tells of the phases that a timestep enters with that. */
final class LedgerWriter implements MeterReports.Writer {
    private static final Logger LOG = LoggerFactory.getLogger(LedgerWriter.class);

    private final Outbox outbox;
    private final String contract;
    private final PhaseListener phases;

    LedgerWriter(Outbox outbox, String contract, PhaseListener phases) {
        this.outbox = outbox;
        this.contract = contract;
        this.phases = phases;
    }

    @Override
    public boolean knows(String purpose) {
        return outbox.knows(purpose);
    }

    /** Whether something was sent for this purpose and has not failed. */
    boolean holds(String purpose) {
        return outbox.holds(purpose);
    }

    /** Signs, keeps and sends a call, unless one for this purpose is held. */
    @Override
    public void send(String purpose, RemoteFunctionCall<?> call, long headBlock) {
        outbox.sign(purpose, contract, call.encodeFunctionCall(), headBlock).ifPresent(outbox::transmit);
    }

    /** The same with a phase entered when it is kept, and another one when the node has it. */
    void send(String purpose, RemoteFunctionCall<?> call, long headBlock, int timestep, Phase signed, Phase sent) {
        outbox.sign(purpose, contract, call.encodeFunctionCall(), headBlock).ifPresent(entry -> {
            enter(signed, timestep);
            outbox.transmit(entry);
            enter(sent, timestep);
        });
    }

    /** A timestep enters a phase. */
    void enter(Phase phase, int timestep) {
        LOG.debug("timestep {}: {}", timestep, phase);
        phases.entered(phase, timestep);
    }
}
