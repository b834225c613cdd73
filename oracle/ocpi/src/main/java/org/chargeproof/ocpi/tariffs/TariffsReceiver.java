package org.chargeproof.ocpi.tariffs;

import java.util.Locale;
import java.util.concurrent.locks.ReentrantLock;
import org.chargeproof.ocpi.http.Answer;
import org.chargeproof.ocpi.http.Call;
import org.chargeproof.ocpi.http.Locks;
import org.chargeproof.ocpi.http.OcpiException;
import org.chargeproof.ocpi.http.OcpiModule;
import org.chargeproof.ocpi.http.PartyId;
import org.chargeproof.ocpi.json.BadObjectException;
import org.chargeproof.ocpi.model.InterfaceRole;
import org.chargeproof.ocpi.model.ModuleId;
import org.chargeproof.ocpi.model.Tariff;
import org.jspecify.annotations.Nullable;

/** The receiver's side of tariffs (OCPI 2.2.1, 11.2.2): {@code COUNTRY/PARTY/TARIFF}. What is older than what is known is answered as taken, and is not. */
public final class TariffsReceiver implements OcpiModule {
    private static final int SEGMENTS = 3;

    private final TariffSink sink;
    // what is read and put must be one tariff's
    private final Locks locks = new Locks();

    /** Tells of tariffs. */
    public TariffsReceiver(TariffSink sink) {
        this.sink = sink;
    }

    @Override
    public ModuleId id() {
        return ModuleId.TARIFFS;
    }

    @Override
    public InterfaceRole role() {
        return InterfaceRole.RECEIVER;
    }

    @Override
    public Answer answer(Call call) {
        if (call.path().size() != SEGMENTS) {
            throw OcpiException.notFound("the path must be COUNTRY/PARTY/TARIFF.");
        }
        PartyId operator = call.caller().own(call.path().get(0), call.path().get(1));
        String id = call.id(2);
        ReentrantLock lock = locks.of(operator + "/" + id.toUpperCase(Locale.ROOT));
        lock.lock();
        try {
            String partner = call.caller().partner();
            Tariff known = sink.find(partner, operator, id);
            return switch (call.method()) {
                case "GET" -> Answer.ok(call.tell(require(known, id)));
                case "PUT" -> put(call, operator, id, known, call.read(Tariff.class));
                case "DELETE" -> {
                    require(known, id);
                    sink.remove(partner, operator, id);
                    yield Answer.ok();
                }
                default -> throw OcpiException.methodNotAllowed(call.method() + " is none of GET, PUT, DELETE.");
            };
        } finally {
            lock.unlock();
        }
    }

    private Answer put(Call call, PartyId operator, String id, @Nullable Tariff known, Tariff tariff) {
        boolean isSame = tariff.id().equalsIgnoreCase(id)
                && new PartyId(tariff.countryCode(), tariff.partyId()).equals(operator);
        if (!isSame) {
            throw OcpiException.invalid("country_code, party_id and id of the tariff must be those of the path.");
        }
        if (known != null && tariff.lastUpdated().isBefore(known.lastUpdated())) {
            return Answer.pushed(false);
        }
        return Answer.pushed(sink.put(call.caller().partner(), operator, tariff));
    }

    private static Tariff require(@Nullable Tariff tariff, String id) {
        if (tariff == null) {
            throw OcpiException.notFound("the tariff " + BadObjectException.shown(id) + " is unknown.");
        }
        return tariff;
    }
}
