package org.chargeproof.protocol.ledger;

/** A post of a plan or of a settlement: what others attest, and a quorum makes final. */
public interface Candidate {
    int timestep();

    /** Whose oracle posted it. */
    int operator();

    /** Its number among those of its timestep, from 0 on in the order of the posts. */
    int candidate();
}
