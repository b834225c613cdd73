package org.chargeproof.api;

import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.chargeproof.view.follow.NetworkTracker.Snapshot;
import org.chargeproof.view.rpc.Methods;
import org.jspecify.annotations.Nullable;

/** What {@code /persons} and {@code /me} answer. Waits: for threads that may. */
final class PersonRoutes {
    private static final Set<String> OPERATIONS = Set.of(
            "addPerson",
            "listPersons",
            "deletePerson",
            "newExportCode",
            "getMe",
            "getMyWallet",
            "deleteMe",
            "requestForMe",
            "endMySession",
            "listMySessions",
            "getMyReceipt",
            "exportMyWallet");
    private static final Set<String> NEWS = Set.of("getMe", "requestForMe", "listMySessions", "getMyReceipt");
    private static final int OK = 200;
    private static final int CREATED = 201;
    private static final int ACCEPTED = 202;
    /** 50 euros. */
    private static final long CAP_MICRO_EURO = 50_000_000;

    private static final int CAP_DAYS = 30;
    private static final int PAGE = 100;
    private static final int RETRY_SECONDS = 5;

    private final Methods methods;
    private final @Nullable DriverService service;

    /** An answer. */
    record Given(int status, Object body) {}

    /** What a request that fits the contract says, by the names in it. */
    interface Values {
        /** A parameter of path or query; null when it is not there. */
        @Nullable
        Object value(String name);

        /** The body of an operation that has one. */
        JsonObject body();
    }

    /** @param service null where there is no database of persons */
    PersonRoutes(Methods methods, @Nullable DriverService service) {
        this.methods = methods;
        this.service = service;
    }

    /** Whether an operation is answered here. */
    static boolean serves(String operation) {
        return OPERATIONS.contains(operation);
    }

    /** Whether an operation needs the ledger's newest state. Others, such as a deletion, wait for nothing. */
    static boolean needsNews(String operation) {
        return NEWS.contains(operation);
    }

    /** Answers. @throws ProblemException when it is not done */
    Given answer(String operation, Caller caller, Values values) {
        var known = service;
        if (known == null) {
            throw new ProblemException(
                    ProblemException.NOT_SERVED,
                    "this oracle serves no drivers without a wallet. Start it with --provider-key, or ask the one that does");
        }
        try {
            return answer(known, operation, caller.name(), values);
        } catch (DriverService.RefusedException e) {
            throw problem(e);
        } catch (RuntimeException e) {
            throw known.refusal(e).<RuntimeException>map(PersonRoutes::problem).orElse(e);
        }
    }

    private static ProblemException problem(DriverService.RefusedException e) {
        String detail = String.valueOf(e.getMessage());
        return switch (e.reason()) {
            case UNKNOWN -> new ProblemException(ProblemException.NOT_FOUND, detail);
            case NOT_YOURS -> new ProblemException(ProblemException.FORBIDDEN, detail);
            case CONFLICT -> new ProblemException(ProblemException.CONFLICT, detail);
            case BAD_VALUE -> new ProblemException(ProblemException.UNPROCESSABLE, detail);
            case UNAVAILABLE -> ProblemException.later(ProblemException.UNAVAILABLE, detail, RETRY_SECONDS);
        };
    }

    private Given answer(DriverService known, String operation, String caller, Values values)
            throws DriverService.RefusedException {
        return switch (operation) {
            case "addPerson" -> new Given(CREATED, known.add(person(values.body())));
            case "listPersons" -> {
                Object after = values.value("after");
                Object count = values.value("count");
                yield new Given(
                        OK,
                        known.list(
                                after == null ? "" : after.toString(),
                                count instanceof Number n ? n.intValue() : PAGE));
            }
            case "deletePerson" -> new Given(OK, known.delete(text(values, "person")));
            case "newExportCode" -> new Given(OK, known.newExportCode(text(values, "person")));
            case "getMe" -> new Given(OK, known.me(caller));
            case "getMyWallet" -> new Given(OK, known.wallet(caller));
            case "deleteMe" -> new Given(OK, known.deleteMe(caller));
            case "requestForMe" -> new Given(ACCEPTED, known.request(caller, request(values.body())));
            case "endMySession" ->
                new Given(ACCEPTED, Map.of("transaction", known.end(caller, number(values, "session"))));
            case "listMySessions" -> new Given(OK, Map.of("sessions", known.sessions(caller)));
            case "getMyReceipt" -> {
                int session = number(values, "session");
                known.requireOwn(caller, session);
                var both = new LinkedHashMap<String, Object>();
                both.put("receipt", receipt(session));
                both.put("bill", methods.bill(session));
                yield new Given(OK, both);
            }
            case "exportMyWallet" ->
                new Given(
                        OK,
                        known.export(
                                caller, Objects.requireNonNull(values.body().getString("code"))));
            default -> throw new IllegalArgumentException(operation);
        };
    }

    private Object receipt(int session) {
        return Objects.requireNonNull(
                Objects.requireNonNull(methods.byName().get("receipt")).call(new @Nullable Object[] {session}));
    }

    private static DriverService.NewPerson person(JsonObject body) {
        String subject = body.getString("subject", "");
        return new DriverService.NewPerson(
                body.getString("name", ""),
                body.getString("email", ""),
                body.getString("phone", ""),
                subject,
                body.getBoolean("key", subject.isEmpty()),
                body.getNumber("capMicroEuro", CAP_MICRO_EURO).longValue(),
                body.getNumber("capDays", CAP_DAYS).intValue());
    }

    private DriverService.ChargeRequest request(JsonObject body) {
        int chargePoint = chargePoint(body);
        int energyWh = Inputs.whole(body, "energyWh");
        Integer leastWh = body.containsKey("leastEnergyWh") ? Inputs.whole(body, "leastEnergyWh") : null;
        long arrival = body.containsKey("arrival") ? seconds(body, "arrival") : 0;
        long departure = seconds(body, "departure");
        boolean joins = body.getBoolean("joins", true);
        return new DriverService.ChargeRequest(
                chargePoint,
                energyWh,
                methods.read(s -> leastWh(s, chargePoint, energyWh, leastWh, arrival, departure, joins)),
                arrival,
                departure,
                joins);
    }

    /** What the driver says, or else {@link Stay#leastWh}. All other limits are the contract's to tell. */
    private static int leastWh(
            Snapshot s,
            int chargePoint,
            int energyWh,
            @Nullable Integer asked,
            long arrivalSeconds,
            long departureSeconds,
            boolean joins) {
        var all = s.state().chargePoints();
        if (chargePoint >= all.size()) {
            return asked == null ? energyWh : asked;
        }
        var stay = Stay.of(s, all.get(chargePoint), arrivalSeconds, departureSeconds);
        int leastWh = asked == null ? stay.leastWh(energyWh, joins) : asked;
        if (energyWh <= stay.mostWh() && leastWh <= energyWh) {
            stay.requirePossible(leastWh, joins);
        }
        return leastWh;
    }

    private int chargePoint(JsonObject body) {
        String evseId = body.getString("evseId");
        if ((evseId == null) == !body.containsKey("chargePoint")) {
            throw new ProblemException(
                    ProblemException.UNPROCESSABLE,
                    "a request is for one charge point: give chargePoint or evseId, one of them");
        }
        return evseId == null
                ? Inputs.whole(body, "chargePoint")
                : methods.read(s -> s.view().chargePoints().stream()
                        .map(record -> record.chargePoint())
                        .filter(c -> !c.removed() && c.evseId().equalsIgnoreCase(evseId))
                        .findFirst()
                        .orElseThrow(
                                () -> new ProblemException(
                                        ProblemException.NOT_FOUND,
                                        "there is no such charge point. GET /api/v1/charge-points lists all with their numbers and EVSE ids"))
                        .id());
    }

    private static long seconds(JsonObject body, String name) {
        return Quotes.seconds(name, Objects.requireNonNull(body.getValue(name)));
    }

    private static String text(Values values, String name) {
        return Objects.requireNonNull(values.value(name)).toString();
    }

    private static int number(Values values, String name) {
        return ((Number) Objects.requireNonNull(values.value(name))).intValue();
    }
}
