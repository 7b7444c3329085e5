package io.znsslab.tier.inspect;

import io.znsslab.tier.device.DeviceGeometry;
import io.znsslab.tier.device.IoQueue;
import io.znsslab.tier.device.IoQueueSettings;
import io.znsslab.tier.device.IoRequest;
import io.znsslab.tier.device.ZoneDescriptor;
import io.znsslab.tier.device.ZonedDevice;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** A device that can only be read: anything else that is asked of it, a flush included, fails the test. */
public record UntouchedDevice(ZonedDevice device) implements ZonedDevice {
    private static AssertionError changed(String what) {
        return new AssertionError("an inspection asked the device for a " + what);
    }

    @Override
    public String name() {
        return device.name();
    }

    @Override
    public String description() {
        return device.description();
    }

    @Override
    public DeviceGeometry geometry() {
        return device.geometry();
    }

    @Override
    public List<ZoneDescriptor> report() {
        return device.report();
    }

    @Override
    public ZoneDescriptor report(int zone) {
        return device.report(zone);
    }

    @Override
    public void resetZone(int zone) {
        throw changed("reset");
    }

    @Override
    public void finishZone(int zone) {
        throw changed("finish");
    }

    @Override
    public void openZone(int zone) {
        throw changed("zone opening");
    }

    @Override
    public void closeZone(int zone) {
        throw changed("zone closing");
    }

    @Override
    public void preallocate(int zone) {
        throw changed("preallocation");
    }

    @Override
    public IoQueue openQueue(IoQueueSettings settings) {
        return new ReadingQueue(device.openQueue(settings));
    }

    @Override
    public void read(long offsetBytes, MemorySegment into) {
        device.read(offsetBytes, into);
    }

    @Override
    public void write(long offsetBytes, MemorySegment from) {
        throw changed("write");
    }

    @Override
    public void flush() {
        throw changed("flush");
    }

    @Override
    public void close() {
        device.close();
    }

    private record ReadingQueue(IoQueue queue) implements IoQueue {
        @Override
        public int depth() {
            return queue.depth();
        }

        @Override
        public int inFlight() {
            return queue.inFlight();
        }

        @Override
        public void submit(IoRequest request) {
            if (request.kind() != IoRequest.Kind.READ) {
                throw changed(request.kind().toString());
            }
            queue.submit(request);
        }

        @Override
        public int poll() {
            return queue.poll();
        }

        @Override
        public int await() {
            return queue.await();
        }

        @Override
        public void wake() {
            queue.wake();
        }

        @Override
        public void close() {
            queue.close();
        }
    }
}
