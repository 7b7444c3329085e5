package io.znsslab.tier.scrub;

import io.znsslab.tier.device.DeviceException;
import io.znsslab.tier.device.DeviceGeometry;
import io.znsslab.tier.device.IoQueue;
import io.znsslab.tier.device.IoQueueSettings;
import io.znsslab.tier.device.ZoneDescriptor;
import io.znsslab.tier.device.ZonedDevice;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** A device that reports an error for each plain read of one block; reads through queues do not know of it. */
record DeviceWithABadBlock(ZonedDevice device, long badBytes) implements ZonedDevice {
    @Override
    public void read(long offsetBytes, MemorySegment into) {
        if (offsetBytes <= badBytes && badBytes < offsetBytes + into.byteSize()) {
            throw new DeviceException(
                    DeviceException.Problem.IO_ERROR, "read at " + offsetBytes + " failed: Input/output error");
        }
        device.read(offsetBytes, into);
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
        device.resetZone(zone);
    }

    @Override
    public void finishZone(int zone) {
        device.finishZone(zone);
    }

    @Override
    public void openZone(int zone) {
        device.openZone(zone);
    }

    @Override
    public void closeZone(int zone) {
        device.closeZone(zone);
    }

    @Override
    public void preallocate(int zone) {
        device.preallocate(zone);
    }

    @Override
    public IoQueue openQueue(IoQueueSettings settings) {
        return device.openQueue(settings);
    }

    @Override
    public void write(long offsetBytes, MemorySegment from) {
        device.write(offsetBytes, from);
    }

    @Override
    public void flush() {
        device.flush();
    }

    @Override
    public void close() {
        device.close();
    }
}
