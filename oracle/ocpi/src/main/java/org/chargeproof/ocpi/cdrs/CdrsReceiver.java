package org.chargeproof.ocpi.cdrs;

import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.chargeproof.ocpi.http.Answer;
import org.chargeproof.ocpi.http.Call;
import org.chargeproof.ocpi.http.Locks;
import org.chargeproof.ocpi.http.OcpiException;
import org.chargeproof.ocpi.http.OcpiModule;
import org.chargeproof.ocpi.http.OcpiStatus;
import org.chargeproof.ocpi.http.PartyId;
import org.chargeproof.ocpi.http.PathSegment;
import org.chargeproof.ocpi.json.BadObjectException;
import org.chargeproof.ocpi.model.Cdr;
import org.chargeproof.ocpi.model.InterfaceRole;
import org.chargeproof.ocpi.model.ModuleId;

/**
 * The receiver's side of CDRs (OCPI 2.2.1, 10.2.2): POST, and GET of the address that the POST was answered with. A CDR never changes: the same
 * again is answered like the first time, another one of the same id is refused.
 */
public final class CdrsReceiver implements OcpiModule {
    private static final int SEGMENTS = 3;
    private static final int MOST_ID_CHARACTERS = 39;
    private static final int OK = 200;
    private static final int CREATED = 201;

    private final CdrSink sink;
    // what is looked up and added must be one CDR's
    private final Locks locks = new Locks();

    /** Tells of CDRs. */
    public CdrsReceiver(CdrSink sink) {
        this.sink = sink;
    }

    @Override
    public ModuleId id() {
        return ModuleId.CDRS;
    }

    @Override
    public InterfaceRole role() {
        return InterfaceRole.RECEIVER;
    }

    @Override
    public Answer answer(Call call) {
        if (call.path().isEmpty()) {
            call.requireMethod("POST");
            return add(call, call.read(Cdr.class));
        }
        call.requireMethod("GET");
        if (call.path().size() != SEGMENTS) {
            throw OcpiException.notFound(
                    "this is no address of a CDR; take the Location that its POST was answered with.");
        }
        PartyId operator = call.caller().own(call.path().get(0), call.path().get(1));
        String id = call.id(2, MOST_ID_CHARACTERS);
        Cdr cdr = sink.find(call.caller().partner(), operator, id);
        if (cdr == null) {
            throw OcpiException.notFound("the CDR " + BadObjectException.shown(id) + " is unknown.");
        }
        return Answer.ok(call.tell(cdr));
    }

    private Answer add(Call call, Cdr cdr) {
        PartyId operator = call.caller().own(cdr.countryCode(), cdr.partyId());
        String partner = call.caller().partner();
        ReentrantLock lock = locks.of(operator + "/" + cdr.id().toUpperCase(Locale.ROOT));
        lock.lock();
        try {
            Cdr known = sink.find(partner, operator, cdr.id());
            if (known != null && !known.equals(cdr)) {
                throw OcpiException.invalid("there is another CDR " + BadObjectException.shown(cdr.id())
                        + ". CDRs do not change: send a credit CDR for it, and a new one under another id.");
            }
            if (known == null) {
                sink.add(partner, operator, cdr, Objects.requireNonNull(call.body()));
            }
            String location = call.url() + "/" + operator.countryCode() + "/" + PathSegment.encoded(operator.partyId())
                    + "/" + PathSegment.encoded(cdr.id());
            return new Answer(
                    known == null ? CREATED : OK, OcpiStatus.SUCCESS, null, null, Map.of("Location", location));
        } finally {
            lock.unlock();
        }
    }
}
