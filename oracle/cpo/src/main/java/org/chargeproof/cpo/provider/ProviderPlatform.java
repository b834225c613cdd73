package org.chargeproof.cpo.provider;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.chargeproof.cpo.CpoSettings;
import org.chargeproof.ocpi.cdrs.CdrSink;
import org.chargeproof.ocpi.cdrs.CdrsClient;
import org.chargeproof.ocpi.cdrs.CdrsReceiver;
import org.chargeproof.ocpi.credentials.Pull;
import org.chargeproof.ocpi.http.OcpiException;
import org.chargeproof.ocpi.http.PartyId;
import org.chargeproof.ocpi.locations.LocationsClient;
import org.chargeproof.ocpi.model.Cdr;
import org.chargeproof.ocpi.model.Location;
import org.chargeproof.ocpi.model.Role;
import org.chargeproof.ocpi.model.Session;
import org.chargeproof.ocpi.model.Tariff;
import org.chargeproof.ocpi.platform.OcpiPlatform;
import org.chargeproof.ocpi.sessions.SessionsClient;
import org.chargeproof.ocpi.tariffs.TariffsClient;
import org.jspecify.annotations.Nullable;

/**
 * A provider's platform (eMSP): it registers with operators, pulls their locations, tariffs and sessions of its drivers, and receives CDRs, which
 * it keeps in memory. Safe for use by several threads.
 */
public final class ProviderPlatform implements AutoCloseable {
    private static final int MOST_CDRS = 100_000;

    private final OcpiPlatform platform;
    private final Map<String, Received> cdrs = new ConcurrentHashMap<>();

    /**
     * A CDR.
     *
     * @param partner who pushed it
     * @param raw as it came, with fields that OCPI does not have
     */
    public record Received(String partner, Cdr cdr, JsonNode raw) {}

    private final class Cdrs implements CdrSink {
        @Override
        public @Nullable Cdr find(String partner, PartyId operator, String id) {
            Received known = cdrs.get(key(partner, id));
            return known == null ? null : known.cdr();
        }

        @Override
        public void add(String partner, PartyId operator, Cdr cdr, JsonNode raw) {
            if (cdrs.size() >= MOST_CDRS) {
                throw OcpiException.invalid("there are " + MOST_CDRS + " CDRs, which is the limit.");
            }
            cdrs.put(key(partner, cdr.id()), new Received(partner, cdr, raw));
        }
    }

    /** Starts to answer; what the settings say of charge points is of no use here. */
    public ProviderPlatform(Vertx vertx, CpoSettings settings) {
        this.platform = new OcpiPlatform(vertx, settings.platform(Role.EMSP));
        platform.serve(settings.host(), settings.port(), settings.publicUrl(), List.of(new CdrsReceiver(new Cdrs())));
    }

    /**
     * Registers with an operator that has invited this provider. It waits.
     *
     * @param partner our name for it
     * @param theirVersionsUrl where its versions are
     * @param invitation its CREDENTIALS_TOKEN_A
     */
    public void register(String partner, String theirVersionsUrl, String invitation) {
        platform.registration().register(partner, theirVersionsUrl, invitation);
    }

    /** The CDRs that have come. */
    public List<Received> cdrs() {
        return List.copyOf(cdrs.values());
    }

    /** Asks an operator for its locations. */
    public Pull<Location> locations(String partner) {
        return new LocationsClient(platform.peers()).pull(partner, party(partner));
    }

    /** Asks an operator for its tariffs. */
    public Pull<Tariff> tariffs(String partner) {
        return new TariffsClient(platform.peers()).pull(partner, party(partner));
    }

    /** Asks an operator for sessions of this provider's drivers that changed since. */
    public Pull<Session> sessions(String partner, Instant since) {
        return new SessionsClient(platform.peers()).pull(partner, party(partner), since);
    }

    /** Asks an operator for the CDRs that were made since. */
    public Pull<Cdr> pullCdrs(String partner, Instant since) {
        return new CdrsClient(platform.peers()).pull(partner, party(partner), since);
    }

    private PartyId party(String partner) {
        return platform.peers().partner(partner).parties().getFirst();
    }

    private static String key(String partner, String id) {
        return partner + "/" + id.toUpperCase(Locale.ROOT);
    }

    @Override
    public void close() {
        platform.close();
    }
}
