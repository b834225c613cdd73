package org.chargeproof.oracle.roaming;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.LongUnaryOperator;
import java.util.function.Supplier;
import java.util.stream.Collectors;
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
import org.chargeproof.ocpi.locations.LocationsClient;
import org.chargeproof.ocpi.locations.LocationsSender;
import org.chargeproof.ocpi.model.ChargingPreferences;
import org.chargeproof.ocpi.model.ChargingPreferencesResponse;
import org.chargeproof.ocpi.model.InterfaceRole;
import org.chargeproof.ocpi.model.Location;
import org.chargeproof.ocpi.model.ModuleId;
import org.chargeproof.ocpi.model.Role;
import org.chargeproof.ocpi.model.Session;
import org.chargeproof.ocpi.push.StatePushes;
import org.chargeproof.ocpi.push.StatePushes.State;
import org.chargeproof.ocpi.sessions.SessionSource;
import org.chargeproof.ocpi.sessions.SessionsClient;
import org.chargeproof.ocpi.sessions.SessionsSender;
import org.chargeproof.ocpi.tariffs.TariffsClient;
import org.chargeproof.ocpi.tariffs.TariffsSender;
import org.chargeproof.oracle.ocpi.OcpiConfig;
import org.chargeproof.oracle.ocpi.OperatorKey;
import org.chargeproof.oracle.ocpi.PartnerDoor;
import org.chargeproof.view.rpc.Methods;
import org.chargeproof.view.rpc.RpcException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The operator as a charge point operator towards providers (OCPI 2.2.1, role CPO): locations and tariffs for all partners, sessions and CDRs
 * for those that the operator knows as a provider of the ledger. Everything is read from the ledger; a CDR is a final bill with its proof. What has
 * changed is pushed to partners that receive it.
 */
public final class RoamingDoor extends PartnerDoor {
    private static final Logger LOG = LoggerFactory.getLogger(RoamingDoor.class);
    private static final int MOST_PROVIDER = 255;
    private static final String PROVIDER = "provider";
    private static final ServerLimits LIMITS = new ServerLimits(64 << 10, 200, 2_000, 5, 128, 64, 4_096, 4_096, 10, 60);

    private static final long LOOK_SECONDS = 1;
    private static final long UNBILLED_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final int UNAVAILABLE = 503;
    private static final int SERVER_ERROR = 3_000;

    private final RoamingStore store;
    private final OperatorView view;
    private final LocationsClient locationsClient = new LocationsClient(peers());
    private final TariffsClient tariffsClient = new TariffsClient(peers());
    private final SessionsClient sessionsClient = new SessionsClient(peers());
    private final CdrsClient cdrsClient = new CdrsClient(peers());
    private final StatePushes pushes = new StatePushes(new ToProviders());
    private final CountDownLatch closed = new CountDownLatch(1);

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
        this.store = RoamingStore.open(config.folder());
        this.view = new OperatorView(methods, config.party(), operator, blockSeconds);
    }

    @Override
    protected List<OcpiModule> modules() {
        return List.of(
                new LocationsSender(new Locations()),
                new TariffsSender((partner, filter) -> Page.changed(read(view::tariffs), filter, tariff -> tariff)),
                new SessionsSender(new Sessions()),
                new CdrsSender((partner, filter) -> Page.changed(
                        read(() -> List.copyOf(cdrs(partner).bySession().values())), filter, Told::cdr)));
    }

    @Override
    public void listensAt(String url) {
        super.listensAt(url);
        Thread.ofVirtual().name("roaming").start(this::push);
    }

    @Override
    public void forget(String partner) {
        super.forget(partner);
        pushes.forget(partner);
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
        pushes.close();
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
            Map<Integer, Session> own = provider == 0 ? Map.of() : read(() -> view.sessions(provider, party(partner)));
            return Page.changed(List.copyOf(own.values()), filter, session -> session);
        }

        @Override
        public Optional<ChargingPreferencesResponse> prefer(
                String partner, String sessionId, ChargingPreferences preferences) {
            int provider = store.provider(partner);
            return provider == 0 ? Optional.empty() : read(() -> view.wish(provider, sessionId, preferences));
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

    private void push() {
        try {
            while (!closed.await(LOOK_SECONDS, TimeUnit.SECONDS)) {
                try {
                    pushes.look();
                } catch (OcpiException e) {
                    LOG.debug("nothing is told yet: {}", e.getMessage());
                } catch (RuntimeException e) {
                    LOG.error("what has changed cannot be told", e);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What partners hear of without asking: tariffs before locations that name them, and bills after all else. */
    private final class ToProviders implements StatePushes.Source {
        /** Partners for whose drivers there are final bills that this node has not computed yet. */
        private final Set<String> unbilled = ConcurrentHashMap.newKeySet();

        @Override
        public Collection<String> partners() {
            Set<String> registered = RoamingDoor.this.partners().all().stream()
                    .filter(Partner::isRegistered)
                    .map(Partner::id)
                    .collect(Collectors.toSet());
            unbilled.retainAll(registered);
            return registered;
        }

        @Override
        public Object version() {
            return List.of(read(view::version), unbilled.isEmpty() ? 0L : System.nanoTime() / UNBILLED_NANOS);
        }

        @Override
        public List<State> states(String partner) {
            Partner known = peers().partner(partner);
            PartyId to = party(partner);
            int provider = store.provider(partner);
            var states = new ArrayList<State>();
            if (hears(known, ModuleId.TARIFFS)) {
                read(view::tariffs)
                        .forEach(tariff -> states.add(new State(
                                "tariff " + tariff.id(), tariff, before -> tariffsClient.put(partner, to, tariff))));
            }
            if (hears(known, ModuleId.LOCATIONS)) {
                read(view::locations)
                        .forEach(location -> states.add(new State(
                                "location " + location.id(),
                                location,
                                before -> locationsClient.put(partner, to, (Location) before, location))));
            }
            if (provider != 0 && hears(known, ModuleId.SESSIONS)) {
                Map<Integer, String> ends = store.ends(partner);
                read(() -> view.sessions(provider, to)).forEach((id, session) -> {
                    if (!isOver(session) || !kwh(session).equals(ends.get(id))) {
                        states.add(new State(
                                "session " + session.id(), session, before -> tell(partner, to, id, session)));
                    }
                });
            }
            if (provider != 0 && hears(known, ModuleId.CDRS)) {
                Set<Integer> told = store.told(partner);
                OperatorView.Bills bills = read(() -> view.cdrs(provider, to));
                bills.bySession().forEach((id, bill) -> {
                    if (!told.contains(id)) {
                        states.add(
                                new State("CDR " + bill.cdr().id(), bill.cdr().id(), before -> {
                                    cdrsClient.post(partner, to, bill);
                                    store.putTold(partner, id);
                                }));
                    }
                });
                if (bills.areAll()) {
                    unbilled.remove(partner);
                } else {
                    unbilled.add(partner);
                }
            }
            store.forgetToldBefore(read(view::oldestSession));
            return states;
        }

        /** What a partner has heard of the end of a session is kept: after a restart it does not hear of all old sessions again. */
        private void tell(String partner, PartyId to, int id, Session session) {
            sessionsClient.put(partner, to, session);
            if (isOver(session)) {
                store.putEnd(partner, id, kwh(session));
            }
        }

        private static boolean isOver(Session session) {
            return session.endDateTime() != null;
        }

        private static String kwh(Session session) {
            return session.kwh().toPlainString();
        }

        private static boolean hears(Partner partner, ModuleId module) {
            return partner.endpoint(module, InterfaceRole.RECEIVER).isPresent();
        }
    }
}
