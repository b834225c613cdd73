package org.chargeproof.oracle.roaming;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.LongUnaryOperator;
import java.util.function.Supplier;
import org.chargeproof.ocpi.cdrs.CdrsClient;
import org.chargeproof.ocpi.cdrs.CdrsSender;
import org.chargeproof.ocpi.cdrs.Told;
import org.chargeproof.ocpi.credentials.Partner;
import org.chargeproof.ocpi.http.OcpiException;
import org.chargeproof.ocpi.http.OcpiModule;
import org.chargeproof.ocpi.http.Page;
import org.chargeproof.ocpi.http.PartyId;
import org.chargeproof.ocpi.http.ServerLimits;
import org.chargeproof.ocpi.locations.LocationSource;
import org.chargeproof.ocpi.locations.LocationsSender;
import org.chargeproof.ocpi.model.ChargingPreferences;
import org.chargeproof.ocpi.model.ChargingPreferencesResponse;
import org.chargeproof.ocpi.model.InterfaceRole;
import org.chargeproof.ocpi.model.Location;
import org.chargeproof.ocpi.model.ModuleId;
import org.chargeproof.ocpi.model.Role;
import org.chargeproof.ocpi.model.Session;
import org.chargeproof.ocpi.sessions.SessionSource;
import org.chargeproof.ocpi.sessions.SessionsSender;
import org.chargeproof.ocpi.tariffs.TariffsSender;
import org.chargeproof.oracle.ocpi.OcpiConfig;
import org.chargeproof.oracle.ocpi.OperatorKey;
import org.chargeproof.oracle.ocpi.PartnerDoor;
import org.chargeproof.protocol.time.BlockHeader;
import org.chargeproof.view.rpc.Methods;
import org.chargeproof.view.rpc.RpcException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The operator as a charge point operator towards providers (OCPI 2.2.1, role CPO): locations and tariffs for all partners, sessions and CDRs
 * for those that the operator knows as a provider of the ledger. Everything is read from the ledger; a CDR is a final bill with its proof, and is
 * pushed to partners that receive CDRs.
 */
public final class RoamingDoor extends PartnerDoor {
    private static final Logger LOG = LoggerFactory.getLogger(RoamingDoor.class);
    private static final int MOST_PROVIDER = 255;
    private static final String PROVIDER = "provider";
    private static final ServerLimits LIMITS = new ServerLimits(64 << 10, 200, 2_000, 5, 128, 64, 4_096, 4_096, 10, 60);

    private static final long LOOK_SECONDS = 2;
    private static final int MOST_LOOKS_LEFT_OUT = 60;
    private static final int UNAVAILABLE = 503;
    private static final int SERVER_ERROR = 3_000;

    private final RoamingStore store;
    private final OperatorView view;
    private final CdrsClient push;
    private final CountDownLatch closed = new CountDownLatch(1);
    /** How many looks to leave out, by partner that did not take a CDR. */
    private final Map<String, Integer> leftOut = new HashMap<>();

    private final Map<String, Integer> failures = new HashMap<>();
    /** The block of whose bills a partner was told all. */
    private final Map<String, BlockHeader> toldOf = new HashMap<>();

    /**
     * Opens the door.
     *
     * @param methods reads the ledger
     * @param operator on the ledger; 0 while it is not known
     * @param blockSeconds time of a block, by its number, unix seconds
     * @param key of those who may add partners
     */
    public RoamingDoor(
            Vertx vertx,
            OcpiConfig config,
            Methods methods,
            IntSupplier operator,
            LongUnaryOperator blockSeconds,
            OperatorKey key) {
        super(vertx, config, Role.CPO, "/roaming", LIMITS, key);
        this.push = new CdrsClient(peers());
        this.store = RoamingStore.open(config.folder());
        this.view = new OperatorView(methods, config.party(), operator, blockSeconds);
    }

    @Override
    protected List<OcpiModule> modules() {
        return List.of(
                new LocationsSender(new Locations()),
                new TariffsSender(
                        (partner, filter) -> Page.changed(read(view::tariffs), filter, tariff -> tariff)),
                new SessionsSender(new Sessions()),
                new CdrsSender((partner, filter) ->
                        Page.changed(read(() -> List.copyOf(cdrs(partner).bySession().values())), filter, Told::cdr)));
    }

    @Override
    public void listensAt(String url) {
        super.listensAt(url);
        Thread.ofVirtual().name("roaming-cdrs").start(this::pushCdrs);
    }

    @Override
    public void forget(String partner) {
        super.forget(partner);
        store.forget(partner);
    }

    @Override
    public void admit(String partner, JsonObject said) {
        Object provider = said.getValue(PROVIDER);
        if (provider == null) {
            return;
        }
        if (!(provider instanceof Integer number) || number < 1 || number > MOST_PROVIDER) {
            throw new IllegalArgumentException("provider is " + provider
                    + "; it must be the number of a member or provider on the ledger, 1 to " + MOST_PROVIDER);
        }
        if (partners().find(partner).isPresent()) {
            throw new IllegalArgumentException("there is a partner '" + partner + "'; remove it first");
        }
        store.putProvider(partner, number);
    }

    @Override
    public JsonObject known(String partner) {
        int provider = store.provider(partner);
        return provider == 0 ? new JsonObject() : new JsonObject().put(PROVIDER, provider);
    }

    @Override
    public void close() {
        closed.countDown();
        super.close();
        store.close();
    }

    private final class Locations implements LocationSource {
        @Override
        public Page<Location> page(String partner, Page.Filter filter) {
            return Page.changed(read(view::locations), filter, location -> location);
        }

        @Override
        public @Nullable Location find(String partner, String id) {
            return read(view::locations).stream()
                    .filter(location -> location.id().equalsIgnoreCase(id))
                    .findFirst()
                    .orElse(null);
        }
    }

    private final class Sessions implements SessionSource {
        @Override
        public Page<Session> page(String partner, Page.Filter filter) {
            int provider = store.provider(partner);
            List<Session> own = provider == 0 ? List.of() : read(() -> view.sessions(provider, party(partner)));
            return Page.changed(own, filter, session -> session);
        }

        @Override
        public Optional<ChargingPreferencesResponse> prefer(
                String partner, String sessionId, ChargingPreferences preferences) {
            // what a driver wants, his own account says on the ledger
            return Optional.empty();
        }
    }

    private OperatorView.Bills cdrs(String partner) {
        int provider = store.provider(partner);
        return provider == 0 ? new OperatorView.Bills(Map.of(), true) : view.cdrs(provider, party(partner));
    }

    /** The party that a partner is in the sessions of its drivers. */
    private PartyId party(String partner) {
        Partner known = peers().partner(partner);
        return known.roles().stream()
                .filter(role -> role.role() == Role.EMSP)
                .map(PartyId::of)
                .findFirst()
                .orElseGet(() -> known.parties().getFirst());
    }

    private static <T> T read(Supplier<T> reader) {
        try {
            return reader.get();
        } catch (RpcException e) {
            throw new OcpiException(UNAVAILABLE, SERVER_ERROR, "the oracle reads the ledger. Try again in a moment.");
        }
    }

    private void pushCdrs() {
        try {
            while (!closed.await(LOOK_SECONDS, TimeUnit.SECONDS)) {
                try {
                    for (Partner partner : new ArrayList<>(partners().all())) {
                        pushCdrs(partner);
                    }
                    store.forgetToldBefore(view.oldestSession());
                } catch (RpcException e) {
                    LOG.debug("no CDRs yet: {}", e.getMessage());
                } catch (RuntimeException e) {
                    LOG.error("CDRs cannot be pushed", e);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Those that it was not told; the next look goes on after one that it did not take. */
    private void pushCdrs(Partner partner) {
        String name = partner.id();
        boolean receives = partner.isRegistered()
                && partner.endpoint(ModuleId.CDRS, InterfaceRole.RECEIVER).isPresent();
        int left = leftOut.getOrDefault(name, 0);
        if (!receives || left > 0) {
            leftOut.put(name, Math.max(0, left - 1));
            return;
        }
        BlockHeader block = view.block();
        if (block.equals(toldOf.get(name))) {
            return;
        }
        Set<Integer> told = store.told(name);
        OperatorView.Bills bills = cdrs(name);
        for (var each : bills.bySession().entrySet()) {
            if (told.contains(each.getKey())) {
                continue;
            }
            try {
                push.post(name, party(name), each.getValue());
                store.putTold(name, each.getKey());
                failures.remove(name);
            } catch (RuntimeException e) {
                int failed = failures.merge(name, 1, Integer::sum);
                leftOut.put(name, Math.min(MOST_LOOKS_LEFT_OUT, 1 << Math.min(failed, 6)));
                if (failed == 1) {
                    LOG.warn(
                            "{} does not take the CDR of session {}: {}. It is told again, less and less often.",
                            name,
                            each.getKey(),
                            e.getMessage());
                }
                return;
            }
        }
        if (bills.areAll()) {
            toldOf.put(name, block);
        }
    }
}
