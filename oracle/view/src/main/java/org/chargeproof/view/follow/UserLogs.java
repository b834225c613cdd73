package org.chargeproof.view.follow;

import java.util.Set;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.protocol.ledger.RawLog;
import org.web3j.crypto.Hash;

/** Logs of the AssetRegistry that say which pseudonyms an operator's users have. No plan, and nothing that people ask for, depends on them. */
public final class UserLogs {
    /** First topic of pseudonyms that an operator has registered. */
    public static final Bytes32 REGISTERED = topic("UsersRegistered(uint8,address[])");

    /** First topic of pseudonyms that an operator has retired. */
    public static final Bytes32 RETIRED = topic("UsersRetired(uint8,address[])");

    /** First topics of all of them. */
    public static final Set<Bytes32> TOPICS = Set.of(REGISTERED, RETIRED);

    private UserLogs() {}

    /** Whether a log is one of them. */
    public static boolean contain(RawLog log) {
        return log.topics().size() == 2 && TOPICS.contains(log.topics().getFirst());
    }

    private static Bytes32 topic(String signature) {
        return Bytes32.fromHexString(Hash.sha3String(signature));
    }
}
