package org.chargeproof.ocpi.http;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.ReentrantLock;
import org.chargeproof.ocpi.json.BadObjectException;
import org.chargeproof.ocpi.json.OcpiJson;
import org.chargeproof.ocpi.json.OwnedObject;
import org.chargeproof.ocpi.model.InterfaceRole;
import org.chargeproof.ocpi.model.ModuleId;
import org.jspecify.annotations.Nullable;

/**
 * The receiver's side of objects that their owners push: {@code COUNTRY/PARTY/ID}. What is read, changed and kept of one object is one call's at a
 * time; what is older than what is known is answered as taken, and is not.
 */
public abstract class PushedObjects<T extends OwnedObject> implements OcpiModule {
    private static final int SEGMENTS = 3;

    private final ModuleId module;
    private final Class<T> type;
    private final List<String> methods;
    private final Locks locks = new Locks();

    /** @param methods those that are possible */
    protected PushedObjects(ModuleId module, Class<T> type, String... methods) {
        this.module = module;
        this.type = type;
        this.methods = List.of(methods);
    }

    @Override
    public final ModuleId id() {
        return module;
    }

    @Override
    public final InterfaceRole role() {
        return InterfaceRole.RECEIVER;
    }

    @Override
    public final Answer answer(Call call) {
        requirePath(call.path().size());
        PartyId owner = call.caller().own(call.path().get(0), call.path().get(1));
        String id = call.id(2);
        ReentrantLock lock = locks.of(owner + "/" + id.toUpperCase(Locale.ROOT));
        lock.lock();
        try {
            T known = find(call, owner, id);
            if (!methods.contains(call.method())) {
                throw OcpiException.methodNotAllowed(call.method() + " is none of " + String.join(", ", methods) + ".");
            }
            return switch (call.method()) {
                case "GET" -> Answer.ok(call.tell(part(call, require(known, id))));
                case "DELETE" -> {
                    remove(call, owner, require(known, id));
                    yield Answer.ok();
                }
                default -> {
                    T after = changed(call, known, id);
                    if (!isAt(call, owner, id, after)) {
                        throw OcpiException.invalid(mustBeAsAsked());
                    }
                    boolean isOlder = known != null && after.lastUpdated().isBefore(known.lastUpdated());
                    yield Answer.pushed(!isOlder && put(call, owner, after));
                }
            };
        } finally {
            lock.unlock();
        }
    }

    /** An object as it was put last; null when it is unknown. */
    protected abstract @Nullable T find(Call call, PartyId owner, String id);

    /** Keeps an object. @return whether it is new */
    protected abstract boolean put(Call call, PartyId owner, T object);

    /** Forgets an object, where DELETE is possible. */
    protected void remove(Call call, PartyId owner, T object) {}

    /** What comes of a PUT or PATCH. */
    protected T changed(Call call, @Nullable T known, String id) {
        return call.method().equals("PUT") ? call.read(type) : patched(require(known, id), call);
    }

    /** What comes of a PATCH. */
    protected T patched(T known, Call call) {
        return OcpiJson.patch(known, call.patch(type), type);
    }

    /** What a GET is answered with. */
    protected Object part(Call call, T known) {
        return known;
    }

    /** Refuses paths of other lengths. */
    protected void requirePath(int segments) {
        if (segments != SEGMENTS) {
            throw OcpiException.notFound(
                    "the path must be COUNTRY/PARTY/" + type.getSimpleName().toUpperCase(Locale.ROOT) + ".");
        }
    }

    /** Whether an object is the one that the path names. */
    protected boolean isAt(Call call, PartyId owner, String id, T object) {
        return object.id().equalsIgnoreCase(id) && PartyId.of(object).equals(owner);
    }

    /** What of an object must be as the path has it, for people. */
    protected String mustBeAsAsked() {
        return "country_code, party_id and id of the " + name() + " must be those of the path.";
    }

    /** The object, which is known. */
    protected final T require(@Nullable T known, String id) {
        if (known == null) {
            throw unknown("the " + name() + " " + BadObjectException.shown(id) + " is unknown. PUT it.");
        }
        return known;
    }

    /** The refusal of what needs an object that is unknown. */
    protected OcpiException unknown(String message) {
        return OcpiException.notFound(message);
    }

    private String name() {
        return type.getSimpleName().toLowerCase(Locale.ROOT);
    }
}
