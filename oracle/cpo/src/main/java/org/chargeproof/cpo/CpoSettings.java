package org.chargeproof.cpo;

import java.nio.file.Path;
import java.util.List;
import org.chargeproof.ocpi.http.AddressPolicy;
import org.chargeproof.ocpi.http.PartyId;
import org.chargeproof.ocpi.http.ServerLimits;
import org.chargeproof.ocpi.model.Role;
import org.chargeproof.ocpi.platform.OcpiPlatform;

/**
 * How a platform is set up.
 *
 * @param parties that it acts for; the first one's name is on what it sends
 * @param name for people
 * @param folder where partners are kept; it is there
 * @param host to listen on
 * @param port 0 for any free one
 * @param publicUrl the address that partners know, up to and with {@code /ocpi}; a {@code %d} in it becomes the port
 * @param policy which addresses are called
 * @param limits what partners may hold
 * @param callTimeoutMillis until a call counts as lost
 * @param resultTimeoutSeconds what is told of how long the result of a profile may take
 * @param currency of sessions, ISO 4217; nothing is priced here
 */
public record CpoSettings(
        List<PartyId> parties,
        String name,
        Path folder,
        String host,
        int port,
        String publicUrl,
        AddressPolicy policy,
        ServerLimits limits,
        long callTimeoutMillis,
        int resultTimeoutSeconds,
        String currency) {
    private static final int MOST_RESULT_SECONDS = 600;
    private static final long CALL_TIMEOUT_MILLIS = 10_000;
    /** What is usually told of how long the result of a profile may take, in s. */
    public static final int RESULT_TIMEOUT_SECONDS = 30;

    private static final ServerLimits OWN_MACHINE = new ServerLimits(
            1 << 20, Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE, 256, 256, 1024, 1024, 10, 60);

    /**
     * How a platform is set up.
     *
     * @throws IllegalArgumentException without a party, or with a time that is out of its range
     */
    public CpoSettings {
        parties = List.copyOf(parties);
        if (parties.isEmpty()) {
            throw new IllegalArgumentException("there is no party; name at least one that this platform acts for");
        }
        if (callTimeoutMillis < 1 || resultTimeoutSeconds < 1 || resultTimeoutSeconds > MOST_RESULT_SECONDS) {
            throw new IllegalArgumentException("calls of " + callTimeoutMillis + " ms and results within "
                    + resultTimeoutSeconds + " s; it must be at least 1 ms, and 1 to " + MOST_RESULT_SECONDS + " s");
        }
    }

    /** On loopback alone, at any free port, without limits on how often it is asked: for tests and demonstrations. */
    public static CpoSettings loopback(Path folder, List<PartyId> parties) {
        return new CpoSettings(
                parties,
                "Charge point operator",
                folder,
                "127.0.0.1",
                0,
                "http://127.0.0.1:%d/ocpi",
                AddressPolicy.allowing(AddressPolicy.Block.of("127.0.0.0/8")),
                OWN_MACHINE,
                CALL_TIMEOUT_MILLIS,
                RESULT_TIMEOUT_SECONDS,
                "EUR");
    }

    /** What of it is of a platform of any role. */
    public OcpiPlatform.Settings platform(Role role) {
        return new OcpiPlatform.Settings(role, parties, name, folder, policy, callTimeoutMillis, limits);
    }

    /** The same with another time for results. */
    public CpoSettings withResultTimeoutSeconds(int seconds) {
        return new CpoSettings(
                parties, name, folder, host, port, publicUrl, policy, limits, callTimeoutMillis, seconds, currency);
    }
}
