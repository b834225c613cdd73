package org.chargeproof.plugin.besu;

import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The plugin's options: on the command line, in TOML without the dashes, or as BESU_PLUGIN_CHARGE_... in the environment. */
final class ChargeOptions {
    static final String NAMESPACE = "charge";

    /** A leap year of quarter-hours. */
    private static final int MOST_HISTORY = 35_136;
    /** About 2 GB. */
    private static final int MOST_SESSIONS = 5_000_000;

    @Option(
            names = "--plugin-charge-enabled",
            paramLabel = "<BOOLEAN>",
            arity = "0..1",
            fallbackValue = "true",
            defaultValue = "true",
            description = "Whether the chargeproof plugin follows the chain (default: ${DEFAULT-VALUE})")
    private boolean enabled = true;

    @Option(
            names = "--plugin-charge-contract",
            paramLabel = "<ADDRESS>",
            description =
                    "Address of the network's Consortium contract (default: the first that is linked on the chain)")
    private @Nullable String contract;

    @Option(
            names = "--plugin-charge-reject-mismatch",
            paramLabel = "<BOOLEAN>",
            arity = "0..1",
            fallbackValue = "true",
            defaultValue = "false",
            description = "Keep posts and attestations of plans that do not match this node's own out of its"
                    + " transaction pool (default: ${DEFAULT-VALUE})")
    private boolean rejectMismatch;

    @Option(
            names = "--plugin-charge-history-timesteps",
            paramLabel = "<INTEGER>",
            defaultValue = "672",
            description = "How many timesteps sessions and plans that are over are remembered for JSON-RPC"
                    + " (default: ${DEFAULT-VALUE})")
    private int historyTimesteps = 672;

    @Option(
            names = "--plugin-charge-history-sessions",
            paramLabel = "<INTEGER>",
            defaultValue = "50000",
            description = "How many sessions that are over are remembered for JSON-RPC at most, the newest ones"
                    + " (default: ${DEFAULT-VALUE})")
    private int historySessions = 50_000;

    /** What becomes of transactions of accounts that belong to no member. */
    enum Strangers {
        REFUSE,
        ALLOW
    }

    @Option(
            names = "--plugin-charge-strangers",
            paramLabel = "<refuse|allow>",
            defaultValue = "refuse",
            description =
                    "Whether this node's transaction pool takes transactions of accounts that no member of the network"
                            + " owns or has registered, once there is a network (default: ${DEFAULT-VALUE})")
    private String strangers = "refuse";

    @Option(
            names = "--plugin-charge-fair-blocks",
            paramLabel = "<BOOLEAN>",
            arity = "0..1",
            fallbackValue = "true",
            defaultValue = "true",
            description = "Divide this node's pool and its own blocks among the members, oracles and meters first"
                    + " (default: ${DEFAULT-VALUE})")
    private boolean fairBlocks = true;

    /** Whether the plugin does anything at all. */
    boolean enabled() {
        return enabled;
    }

    /**
     * The Consortium to follow.
     *
     * @throws IllegalArgumentException when it is no address
     */
    Optional<Bytes> contract() {
        if (contract == null || contract.isEmpty()) {
            return Optional.empty();
        }
        if (!contract.matches("0x[0-9a-fA-F]{40}")) {
            throw new IllegalArgumentException("--plugin-charge-contract is '" + contract
                    + "'; it must be 0x and 40 hex digits: the address of the network's Consortium.");
        }
        return Optional.of(Bytes.fromHexString(contract));
    }

    boolean rejectMismatch() {
        return rejectMismatch;
    }

    /**
     * How long what is over is remembered.
     *
     * @throws IllegalArgumentException when it is out of range
     */
    int historyTimesteps() {
        if (historyTimesteps < 1 || historyTimesteps > MOST_HISTORY) {
            throw new IllegalArgumentException("--plugin-charge-history-timesteps is " + historyTimesteps
                    + "; it must be from 1 to " + MOST_HISTORY + ".");
        }
        return historyTimesteps;
    }

    /**
     * How many sessions that are over are remembered.
     *
     * @throws IllegalArgumentException when it is out of range
     */
    int historySessions() {
        if (historySessions < 1 || historySessions > MOST_SESSIONS) {
            throw new IllegalArgumentException("--plugin-charge-history-sessions is " + historySessions
                    + "; it must be from 1 to " + MOST_SESSIONS + ".");
        }
        return historySessions;
    }

    /**
     * Whether strangers may send.
     *
     * @throws IllegalArgumentException when it is neither
     */
    Strangers strangers() {
        for (var value : Strangers.values()) {
            if (value.name().equalsIgnoreCase(strangers)) {
                return value;
            }
        }
        throw new IllegalArgumentException(
                "--plugin-charge-strangers is '" + strangers + "'; it must be refuse or allow.");
    }

    boolean fairBlocks() {
        return fairBlocks;
    }
}
